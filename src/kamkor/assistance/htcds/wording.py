"""What the HTCDS reader says, in the language of whoever reads it: itself it knows English alone."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from kamkor.methods.htcds import MESSAGES, FileError

# Written out once more, so that the message catalogues find them; a test keeps the two alike.
WORDING = (
    gettext_noop("%(field)s: this is not a code of HTCDS %(version)s. Use one from the list of the field."),
    gettext_noop("%(field)s: not a code of HTCDS %(version)s. Did you mean “%(suggestion)s”?"),
    gettext_noop("%(field)s: this field takes one code only. Keep the one that fits best."),
    gettext_noop("%(field)s: write the date as 2024-05-31, 31.05.2024, 2024-05 or 2024."),
    gettext_noop("%(field)s: this date is in the future. Correct the year, month or day."),
    gettext_noop("%(field)s: write a plain number, such as 3 or 42.87."),
    gettext_noop("%(field)s: the number must be between %(low)s and %(high)s."),
    gettext_noop("%(field)s: write yes or no (true or false, 1 or 0)."),
    gettext_noop("%(field)s: the text is longer than %(limit)s characters. Shorten it or split it."),
    gettext_noop("%(field)s: there are invisible control characters. Type the text again."),
    gettext_noop("%(field)s: some letters were lost on the way (encoding). Type them again."),
    gettext_noop("%(field)s: fill this in; other rows of the file have it."),
    gettext_noop("This row is the same as row %(first)s. Remove one of the two."),
    gettext_noop("This row has %(found)s cells, the heading %(expected)s. Put text with commas in quotes."),
    gettext_noop("This entry is not a flat record of names and values."),
    gettext_noop("%(field)s: a value must be a text, a number, true, false or a list of texts."),
    gettext_noop("The file is empty, or has a heading and no rows."),
    gettext_noop("The file is too large: at most %(limit)s MB are read at once. Split it."),
    gettext_noop("The file is too large: at most %(limit)s rows are read at once. Split it."),
    gettext_noop("The file is too wide: at most %(limit)s columns are read. Take out what is not needed."),
    gettext_noop("A heading is too long: at most %(limit)s characters are read. Shorten it."),
    gettext_noop("This is not a text file. In a spreadsheet program use “Save as”, CSV UTF-8."),
    gettext_noop("Row %(row)s cannot be read as CSV. Check that every quotation mark has its pair."),
    gettext_noop("This cannot be read as JSON near line %(line)s. It must be a list of flat records."),
    gettext_noop("The letters of this file cannot be told. Save it as CSV UTF-8 and try again."),
    gettext_noop("No column of this file has a name from HTCDS, such as prs_Gender or cas_Status."),
    gettext_noop("This is not a known version of HTCDS. Known versions: %(known)s."),
    gettext_noop("%(field)s: this is not on the list. Use a word from the list of the field."),
    gettext_noop("%(field)s: this is not on the list. Did you mean “%(suggestion)s”?"),
    gettext_noop("%(field)s: the spreadsheet shows an error here. Correct it there."),
    gettext_noop("%(field)s: write the year in four digits, such as 1996."),
    gettext_noop("%(field)s: write the whole day, such as 31.05.2024."),
    gettext_noop("This row names nobody. Write a name, or what the person wants to be called."),
    gettext_noop("Without the person's agreement nothing can be filed. Ask first, or leave the row out."),
    gettext_noop("A child for whom nobody agreed is taken in by hand, on the child's ground."),
    gettext_noop("%(field)s: there is no file with this code at your desk. Check it letter by letter."),
    gettext_noop("An organisation of this name is in the directory already. Correct it there."),
    gettext_noop("%(field)s: this day comes before the case was opened. Correct one of the two."),
    gettext_noop("%(field)s: this does not fit the date of birth. Correct one of the two."),
    gettext_noop("There is no sheet of this name. The sheets are: %(sheets)s."),
    gettext_noop("This workbook cannot be read. Save it again as .xlsx or as CSV UTF-8."),
    gettext_noop("The first row must name the columns. Write a heading over each column."),
    gettext_noop("Read as HTCDS %(version)s, because of %(evidence)s."),
    gettext_noop("This could be HTCDS %(candidates)s; nothing tells them apart. Read as %(version)s."),
    gettext_noop(
        "Read as HTCDS %(version)s, which fits best, but %(evidence)s do not belong to it. "
        "Name the version if this is wrong."
    ),
    gettext_noop("The file is in the old Windows encoding, which has no ң, ө and ү. Check the Kyrgyz names."),
    gettext_noop("Some rows are in another encoding than the rest; they are listed below."),
    gettext_noop("“%(column)s” is not in HTCDS. It is kept with the record as it is."),
    gettext_noop("“%(column)s” could be %(candidates)s. It is kept as it is; use one of these names."),
    gettext_noop("“%(column)s” is in the heading more than once. The later one is kept as “%(kept)s”."),
    gettext_noop("Rows with the same “%(column)s” belong to one case."),
    gettext_noop("%(count)s empty rows were left out."),
    gettext_noop("%(count)s rows are the same as an earlier one, but name nobody. They are all kept."),
    gettext_noop("%(field)s: %(count)s rows had codes of HTCDS %(version)s, now translated to 2.0."),
    gettext_noop("%(field)s: %(count)s rows have codes that 2.0 does not have. They are kept as they were."),
)


def say(code: str, filling: Mapping[str, str]) -> str:
    """A message in the language of whoever reads it."""
    return gettext(MESSAGES[code]) % filling


def say_file(error: FileError) -> str:
    return say(error.code, error.params)
