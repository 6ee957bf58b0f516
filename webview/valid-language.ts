/**
 * Makes `navigator.language` a tag that Intl takes. In the locales C, C.UTF-8 and POSIX Chromium says "en-US@posix", and uPlot builds an
 * `Intl.NumberFormat(navigator.language)` when it is imported: a page would end there, before it has drawn anything. Import this before it.
 *
 * Our own texts never ask: they are English, and so are their numbers and dates (`toLocaleString('en')`, which a lint rule demands).
 */
if (!isValid(navigator.language)) {
  const languages = navigator.languages.filter(isValid)
  Object.defineProperties(navigator, {
    language: { value: languages[0] ?? 'en', configurable: true },
    languages: { value: languages.length > 0 ? languages : ['en'], configurable: true },
  })
}

function isValid(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1
  } catch {
    return false
  }
}

export {}
