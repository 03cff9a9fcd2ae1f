// Fills every form of a server with JavaRosa, the engine of ODK Collect, and sends it in as Collect does.
//
// java -cp ODK_Validate.jar JavaRosaClient.java SERVER SECRET LANGUAGE...
// Prints a line for each step: FORM, LANGUAGE, STEP, STATUS, instanceID, what the first question asks; ends with
// an exception where anything is not as the standard says.

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.GeoPointData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.MultipleItemsData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;
import org.opendatakit.validate.StubPropertyManager;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

public class JavaRosaClient {
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final Pattern META = Pattern.compile("(<(\\w+:|)instanceID>([^<]+)</\\w*:?instanceID>)");
    static final String PICTURE = "picture.png";
    static String secret;
    static String firstAsked;

    public static void main(String[] given) throws Exception {
        secret = given[1];
        new XFormsModule().registerModule();
        PropertyManager.setPropertyManager(new StubPropertyManager());
        HttpResponse<byte[]> head = ask(HttpRequest.newBuilder().method("HEAD", HttpRequest.BodyPublishers.noBody()), given[0] + "/submission");
        must(head.statusCode() == 204, "HEAD " + head.statusCode());
        long largest = Long.parseLong(head.headers().firstValue("X-OpenRosa-Accept-Content-Length").orElseThrow());
        must(largest > 1_000_000, "accepts " + largest);
        String where = head.headers().firstValue("Location").orElseThrow();
        NodeList forms = xml(get(given[0] + "/formList")).getElementsByTagName("xform");
        for (int at = 0; at < forms.getLength(); at++) {
            Element form = (Element) forms.item(at);
            byte[] source = get(said(form, "downloadUrl"));
            must(said(form, "hash").equals("md5:" + md5(source)), "hash of the form");
            if (form.getElementsByTagName("manifestUrl").getLength() > 0) {
                media(said(form, "manifestUrl"));
            }
            for (int place = 2; place < given.length; place++) {
                send(where, said(form, "formID"), source, given[place], place);
            }
        }
    }

    /** Fills the form in one language, sends it twice, and then a correction of it. */
    static void send(String where, String id, byte[] source, String language, int variant) throws Exception {
        byte[] filled = fill(source, language, variant);
        String own = instanceId(filled);
        told(id, language, "sent", post(where, filled), own);
        if (variant > 2) {
            return;
        }
        told(id, language, "again", post(where, filled), own);
        byte[] other = fill(source, language, variant + 1);
        Matcher meta = META.matcher(new String(other, StandardCharsets.UTF_8));
        must(meta.find(), "no meta");
        String mark = meta.group(1) + "<" + meta.group(2) + "deprecatedID>" + own + "</" + meta.group(2) + "deprecatedID>";
        byte[] correction = meta.replaceFirst(Matcher.quoteReplacement(mark)).getBytes(StandardCharsets.UTF_8);
        told(id, language, "corrected", post(where, correction), instanceId(other));
    }

    static byte[] fill(byte[] source, String language, int variant) throws Exception {
        FormDef form = XFormUtils.getFormFromInputStream(new ByteArrayInputStream(source));
        form.initialize(true, new InstanceInitializationFactory());
        FormEntryModel model = new FormEntryModel(form);
        FormEntryController control = new FormEntryController(model);
        control.setLanguage(language);
        must(language.equals(model.getLanguage()), "language " + language);
        control.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        firstAsked = null;
        int repeats = 0;
        int event = control.stepToNextEvent();
        for (; event != FormEntryController.EVENT_END_OF_FORM; event = control.stepToNextEvent()) {
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && repeats++ < 2) {
                control.newRepeat();
            } else if (event == FormEntryController.EVENT_QUESTION) {
                answer(control, model.getQuestionPrompt(), variant);
            }
        }
        form.postProcessInstance();
        return new XFormSerializingVisitor().serializeInstance(form.getInstance());
    }

    static void answer(FormEntryController control, FormEntryPrompt asked, int variant) {
        String words = asked.getQuestionText();
        must(words != null && !words.isBlank(), "a question without words");
        firstAsked = firstAsked == null ? words : firstAsked;
        if (!asked.isReadOnly()) {
            int status = control.answerQuestion(data(asked, variant), true);
            must(status == FormEntryController.ANSWER_OK, "refused: " + words);
        }
    }

    static IAnswerData data(FormEntryPrompt asked, int variant) {
        List<SelectChoice> choices = asked.getSelectChoices();
        if (choices != null && !choices.isEmpty()) {
            choices.forEach(choice -> must(!asked.getSelectChoiceText(choice).isBlank(), "a choice without words"));
            // The first answers of short lists lead on (consent), those of long ones may differ.
            Selection one = choices.get(choices.size() < 5 ? 0 : variant % choices.size()).selection();
            boolean several = asked.getControlType() == Constants.CONTROL_SELECT_MULTI;
            return several ? new MultipleItemsData(new ArrayList<>(List.of(one))) : new SelectOneData(one);
        }
        return switch (asked.getDataType()) {
            case Constants.DATATYPE_INTEGER -> new IntegerData(7);
            case Constants.DATATYPE_GEOPOINT -> new GeoPointData(new double[] {42.87, 74.59, 0, 0});
            case Constants.DATATYPE_BINARY -> new StringData(PICTURE);
            default -> new StringData("canary <&> of her own words");
        };
    }

    static void media(String manifest) throws Exception {
        NodeList files = xml(get(manifest)).getElementsByTagName("mediaFile");
        must(files.getLength() > 0, "an empty manifest");
        for (int at = 0; at < files.getLength(); at++) {
            Element file = (Element) files.item(at);
            must(said(file, "hash").equals("md5:" + md5(get(said(file, "downloadUrl")))), "hash of a file");
        }
    }

    static int post(String where, byte[] filled) throws Exception {
        String boundary = "kamkor-java";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Map<String, byte[]> parts = new TreeMap<>(Map.of("xml_submission_file", filled));
        if (new String(filled, StandardCharsets.UTF_8).contains(PICTURE)) {
            parts.put(PICTURE, new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        }
        for (Map.Entry<String, byte[]> part : parts.entrySet()) {
            String name = part.getKey();
            String type = name.equals(PICTURE) ? "image/png" : "text/xml";
            body.write(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\""
                + name + "\"\r\nContent-Type: " + type + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            body.write(part.getValue());
            body.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.write(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder()
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
        return ask(request, where).statusCode();
    }

    static byte[] get(String address) throws Exception {
        HttpResponse<byte[]> response = ask(HttpRequest.newBuilder().GET(), address);
        must(response.statusCode() == 200, address + " " + response.statusCode());
        return response.body();
    }

    static HttpResponse<byte[]> ask(HttpRequest.Builder request, String address) throws Exception {
        String pair = Base64.getEncoder().encodeToString(("phone:" + secret).getBytes(StandardCharsets.UTF_8));
        request.uri(URI.create(address)).header("Authorization", "Basic " + pair).header("X-OpenRosa-Version", "1.0");
        HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        must("1.0".equals(response.headers().firstValue("X-OpenRosa-Version").orElse("")), "no X-OpenRosa-Version");
        return response;
    }

    static Document xml(byte[] source) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(source));
    }

    static String said(Element element, String tag) {
        return element.getElementsByTagName(tag).item(0).getTextContent();
    }

    static String instanceId(byte[] filled) {
        Matcher meta = META.matcher(new String(filled, StandardCharsets.UTF_8));
        must(meta.find(), "no instanceID");
        return meta.group(3);
    }

    static String md5(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    }

    static void told(String id, String language, String step, int status, String own) {
        System.out.println(String.join("\t", "step", id, language, step, "" + status, own, firstAsked));
    }

    static void must(boolean held, String otherwise) {
        if (!held) {
            throw new IllegalStateException(otherwise);
        }
    }
}
