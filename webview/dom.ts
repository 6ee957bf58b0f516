/**
 * Elements from script. Texts only ever become text nodes, so nothing a peer sends can become markup; styles come from
 * classes, because the page's content security policy refuses style attributes in markup.
 */
export type Child = Node | string | undefined | false
type Value = string | number | boolean | undefined | ((event: never) => void)

/** An element. `on…` functions become listeners, `false` and `undefined` are left out, everything else is an attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), props, children)
}

/** The same for SVG. */
export function svg(tag: string, props: Record<string, Value> = {}, ...children: Child[]): SVGElement {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children)
}

function fill<E extends Element>(element: E, props: Record<string, Value>, children: Child[]): E {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener)
    else setAttribute(element, name, value)
  }
  element.append(...children.filter(c => c !== undefined && c !== false))
  return element
}

/** Sets, or removes, an attribute, and touches the document only when something changes. */
export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | undefined,
): void {
  if (value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name)
  } else {
    const text = value === true ? '' : String(value)
    if (element.getAttribute(name) !== text) element.setAttribute(name, text)
  }
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/**
 * Keeps the children of `parent` equal to a list: one element for each key, made once, moved when the order changes,
 * and updated only when its item is another object. Elements that stay keep their focus.
 */
export function keyedList<T, E extends Element>(
  parent: Element,
  key: (item: T) => string,
  create: (item: T) => { element: E; update: (item: T) => void },
): (items: readonly T[]) => void {
  const rows = new Map<string, { element: E; update: (item: T) => void; item?: T }>()
  return items => {
    const wanted = new Set(items.map(key))
    for (const [k, row] of rows) {
      if (wanted.has(k)) continue
      row.element.remove()
      rows.delete(k)
    }
    let at = parent.firstElementChild
    for (const item of items) {
      const k = key(item)
      let row = rows.get(k)
      if (!row) rows.set(k, (row = create(item)))
      if (row.item !== item) {
        row.update(item)
        row.item = item
      }
      if (row.element === at) at = at.nextElementSibling
      else parent.insertBefore(row.element, at)
    }
  }
}
