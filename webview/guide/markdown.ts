/**
 * Markdown as elements. Raw HTML in it stays text, links lead to https only, and what comes out is cleaned once more:
 * the texts are ours, but a page that shows texts must not depend on that.
 */
import DOMPurify from 'dompurify'
import MarkdownIt from 'markdown-it'

const md = new MarkdownIt({ html: false, linkify: false, typographer: false })
md.validateLink = url => /^https:\/\//i.test(url)
// A wide table or a long line scrolls by itself, also with the keyboard, and never the whole page.
md.renderer.rules['table_open'] = () => '<div class="scroll" tabindex="0" role="region"><table>'
md.renderer.rules['table_close'] = () => '</table></div>'
md.renderer.rules['fence'] = (tokens, index) =>
  `<pre tabindex="0"><code>${md.utils.escapeHtml(tokens[index]!.content)}</code></pre>`

/** `level` is the level of the text's own first-level headings: 2 where the page has a title already. */
export function markdown(text: string, level = 1): DocumentFragment {
  const fragment = DOMPurify.sanitize(md.render(text), {
    RETURN_DOM_FRAGMENT: true,
    ALLOWED_TAGS: [
      ...[
        'h1',
        'h2',
        'h3',
        'h4',
        'p',
        'ul',
        'ol',
        'li',
        'a',
        'em',
        'strong',
        'code',
        'pre',
        'blockquote',
        'hr',
        'br',
      ],
      ...['div', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
    ],
    ALLOWED_ATTR: ['href', 'class', 'tabindex', 'role', 'start'],
    ALLOW_DATA_ATTR: false,
  })
  for (const region of fragment.querySelectorAll('.scroll')) region.setAttribute('aria-label', 'Table')
  return level === 1 ? fragment : lowered(fragment, level - 1)
}

function lowered(fragment: DocumentFragment, by: number): DocumentFragment {
  for (const heading of [...fragment.querySelectorAll('h1, h2, h3, h4')]) {
    const lower = document.createElement(`h${Math.min(6, Number(heading.tagName[1]) + by)}`)
    lower.append(...heading.childNodes)
    heading.replaceWith(lower)
  }
  return fragment
}

/** The text without its title, which the page shows itself. */
export const withoutTitle = (text: string): string => text.replace(/^\s*# .*\n+/, '')
