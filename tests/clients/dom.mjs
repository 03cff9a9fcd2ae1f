// As much of the DOM as xforms-engine needs to read a form where there is no browser. For tests alone: it reads
// what pyxform and the engine write, checks nothing, and knows no entities but the five of XML.

const XMLNS = "http://www.w3.org/2000/xmlns/";
const XML = "http://www.w3.org/XML/1998/namespace";
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const plain = (text) =>
  text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (_all, name) =>
    name[0] !== "#" ? ENTITIES[name] : String.fromCodePoint(Number(name.replace(/^#x?/i, name[1] === "x" ? "0x" : ""))),
  );
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[sign]};`);

export class Node {
  static ELEMENT_NODE = 1;
  static ATTRIBUTE_NODE = 2;
  static TEXT_NODE = 3;
  static CDATA_SECTION_NODE = 4;
  static COMMENT_NODE = 8;
  static DOCUMENT_NODE = 9;

  parentNode = null;
  childNodes = [];

  // The engine knows a DOM by a Node that takes nothing.
  constructor(nodeType = 0, ownerDocument = null) {
    this.nodeType = nodeType;
    this.ownerDocument = ownerDocument;
  }
  get parentElement() {
    return this.parentNode?.nodeType === Node.ELEMENT_NODE ? this.parentNode : null;
  }
  get children() {
    return this.childNodes.filter((node) => node.nodeType === Node.ELEMENT_NODE);
  }
  get firstChild() {
    return this.childNodes[0] ?? null;
  }
  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  get lastElementChild() {
    return this.children.at(-1) ?? null;
  }
  get textContent() {
    return this.childNodes.map((node) => node.textContent).join("");
  }
  beside(step, among) {
    const row = this.parentNode?.[among] ?? [];
    return row[row.indexOf(this) + step] ?? null;
  }
  get nextSibling() {
    return this.beside(1, "childNodes");
  }
  get previousSibling() {
    return this.beside(-1, "childNodes");
  }
  get nextElementSibling() {
    return this.beside(1, "children");
  }
  get previousElementSibling() {
    return this.beside(-1, "children");
  }
  *descendants() {
    for (const child of this.children) {
      yield child;
      yield* child.descendants();
    }
  }
  contains(other) {
    return other === this || (other?.parentNode ? this.contains(other.parentNode) : false);
  }
  /** Where `other` stands: 2 before, 4 after. */
  compareDocumentPosition(other) {
    const order = [this.ownerDocument, ...this.ownerDocument.descendants()];
    const at = (node) => order.indexOf(node.ownerElement ?? node);
    return Math.sign(at(other) - at(this)) > 0 ? 4 : at(other) === at(this) ? 0 : 2;
  }
  append(...nodes) {
    for (const node of nodes) this.insert(node, this.childNodes.length);
  }
  prepend(node) {
    this.insert(node, 0);
  }
  insert(node, at) {
    node.remove();
    this.childNodes.splice(at, 0, node);
    node.parentNode = this;
  }
  remove() {
    const row = this.parentNode?.childNodes;
    row?.splice(row.indexOf(this), 1);
    this.parentNode = null;
  }
  replaceWith(node) {
    const { parentNode } = this;
    node.remove();
    const at = parentNode.childNodes.indexOf(this);
    this.remove();
    parentNode.insert(node, at);
  }
  /** Selectors as the engine writes them: `a[b], :scope > c[d="e"], *[b]:not(f, g)`. */
  querySelectorAll(selector) {
    const scoped = selector.startsWith(":scope > ");
    const among = scoped ? this.children : [...this.descendants()];
    return among.filter((node) => node.matches(selector.replace(":scope > ", "")));
  }
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  lookupNamespaceURI(prefix) {
    const name = prefix ? `xmlns:${prefix}` : "xmlns";
    if (prefix === "xml") return XML;
    return this.attributes?.find((attribute) => attribute.nodeName === name)?.value
      ?? (this.parentElement ?? this.ownerElement ?? this.documentElement)?.lookupNamespaceURI(prefix) ?? null;
  }
  lookupPrefix(uri) {
    const found = this.attributes?.find((one) => one.prefix === "xmlns" && one.value === uri);
    return found?.localName ?? this.parentElement?.lookupPrefix(uri) ?? null;
  }
}

class Text extends Node {
  constructor(data, ownerDocument) {
    super(Node.TEXT_NODE, ownerDocument);
    this.data = data;
    this.nodeName = "#text";
  }
  get textContent() {
    return this.data;
  }
  get outerHTML() {
    return escaped(this.data);
  }
  cloneNode() {
    return new Text(this.data, this.ownerDocument);
  }
}

class Named extends Node {
  constructor(nodeType, ownerDocument, namespaceURI, nodeName) {
    super(nodeType, ownerDocument);
    const [localName, prefix] = nodeName.split(":").reverse();
    Object.assign(this, { namespaceURI, nodeName, localName, prefix: prefix ?? null });
  }
}

class Attr extends Named {
  constructor(ownerElement, namespaceURI, nodeName, value) {
    super(Node.ATTRIBUTE_NODE, ownerElement.ownerDocument, namespaceURI, nodeName);
    Object.assign(this, { ownerElement, value, name: nodeName });
  }
  get textContent() {
    return this.value;
  }
}

export class Element extends Named {
  attributes = [];

  constructor(ownerDocument, namespaceURI, nodeName) {
    super(Node.ELEMENT_NODE, ownerDocument, namespaceURI, nodeName);
    this.tagName = nodeName;
  }
  getAttribute(name) {
    return this.attributes.find((one) => one.nodeName === name)?.value ?? null;
  }
  getAttributeNS(uri, name) {
    return this.attributes.find((one) => one.namespaceURI === uri && one.localName === name)?.value ?? null;
  }
  hasAttribute(name) {
    return this.getAttribute(name) !== null;
  }
  setAttribute(name, value) {
    this.setAttributeNS(null, name, value);
  }
  setAttributeNS(uri, name, value) {
    this.removeAttribute(name);
    this.attributes.push(new Attr(this, uri, name, value));
  }
  removeAttribute(name) {
    this.attributes = this.attributes.filter((one) => one.nodeName !== name);
  }
  matches(selector) {
    const parts = selector.replace(/:not\(([^)]*)\)/g, (_all, names) => `!${names.replaceAll(", ", "|")}`).split(", ");
    return parts.some((part) => {
      const [, tag, name, , value, not] = /^([\w*]+)(?:\[([\w-]+)(="([^"]*)")?\])?(?:!(.*))?$/.exec(part);
      const named = tag === "*" || tag === this.localName;
      const has = !name || (value === undefined ? this.hasAttribute(name) : this.getAttribute(name) === value);
      return named && has && !not?.split("|").includes(this.localName);
    });
  }
  cloneNode() {
    const copy = new Element(this.ownerDocument, this.namespaceURI, this.nodeName);
    for (const one of this.attributes) copy.setAttributeNS(one.namespaceURI, one.nodeName, one.value);
    for (const child of this.childNodes) copy.append(child.cloneNode());
    return copy;
  }
  get outerHTML() {
    const told = this.attributes.map((one) => ` ${one.nodeName}="${escaped(one.value)}"`).join("");
    return `<${this.nodeName}${told}>${this.childNodes.map((node) => node.outerHTML).join("")}</${this.nodeName}>`;
  }
}

export class Document extends Node {
  nodeName = "#document";

  constructor() {
    super(Node.DOCUMENT_NODE, null);
    this.ownerDocument = this;
  }
  get documentElement() {
    return this.firstElementChild;
  }
  createElement(name) {
    return new Element(this, null, name);
  }
  createElementNS(uri, name) {
    return new Element(this, uri, name);
  }
  getElementById(id) {
    return [...this.descendants()].find((node) => node.getAttribute("id") === id) ?? null;
  }
}

const PART = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<[?!][^>]*>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

export class DOMParser {
  parseFromString(source) {
    const made = new Document();
    let here = made;
    for (const [, cdata, ended, begun, attributes, empty, text] of source.matchAll(PART)) {
      if (begun) {
        here = begin(made, here, begun, attributes);
        if (empty) here = here.parentNode;
      } else if (ended) {
        here = here.parentNode;
      } else if ((cdata ?? text) !== undefined && here !== made) {
        here.append(new Text(cdata ?? plain(text), made));
      }
    }
    return made;
  }
}

function begin(made, parent, name, attributes) {
  const element = new Element(made, null, name);
  parent.append(element);
  for (const [, key, one, other] of attributes.matchAll(ATTRIBUTE)) {
    element.attributes.push(new Attr(element, key.startsWith("xmlns") ? XMLNS : null, key, plain(one ?? other)));
  }
  for (const attribute of element.attributes) {
    if (attribute.prefix && attribute.prefix !== "xmlns") attribute.namespaceURI = element.lookupNamespaceURI(attribute.prefix);
  }
  element.namespaceURI = element.lookupNamespaceURI(element.prefix);
  return element;
}
