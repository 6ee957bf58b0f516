/** A part of the view that fails says so in its place, and leaves the other parts alone. */
import type { FromAnyPage } from '../shared/failure-messages.ts'
import { failed, failureNotice, onPartFailed } from '../failure.ts'

interface Part {
  readonly element: HTMLElement
}

/** Makes a part. `values` are those of its properties that others read, for where it could not be made at all. */
export type Guard = <T extends Part>(name: string, create: () => T, values?: Partial<T>) => T

/** The parts of one page. What fails is told with `post`. */
export const createGuard = (post: (message: FromAnyPage) => void): Guard =>
  function guarded<T extends Part>(name: string, create: () => T, values: Partial<T> = {}): T {
    let part: T | undefined
    /** What stands on the page: the part, or the notice in its place. */
    let element: HTMLElement | undefined
    let broken = false

    const fail = (error: unknown) => {
      if (broken) return
      broken = true
      const failure = { what: `${name} cannot be shown`, error }
      post(failed(failure))
      const notice = failureNotice(failure, post)
      element?.replaceWith(notice)
      element = notice
    }
    const attempt = (run: () => unknown): unknown => {
      if (broken) return undefined
      try {
        return run()
      } catch (error) {
        fail(error)
        return undefined
      }
    }
    attempt(() => {
      part = create()
      element = part.element
      onPartFailed(element, fail)
    })
    return new Proxy({} as T, {
      get(_, key) {
        if (key === 'element') return element
        const value: unknown = part ? Reflect.get(part, key) : values[key as keyof T]
        if (value !== undefined && typeof value !== 'function') return value
        if (typeof value !== 'function' && part) return undefined
        return (...args: unknown[]) => attempt(() => value && Reflect.apply(value, part, args))
      },
    })
  }
