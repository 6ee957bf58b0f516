/**
 * Where in time the view looks, and how to go elsewhere: a slider over the log, play, steps, and LIVE. Of a recording times
 * count from its beginning, and in place of LIVE there is its end.
 */
import type { EventLog } from '../time/log.ts'
import { SPEEDS, type TimeCursor } from '../time/cursor.ts'
import { h, setAttribute, setText } from '../dom.ts'
import { icon, iconButton } from '../icons.ts'
import { span } from '../format.ts'

/** A page on the slider, as a part of the whole. */
const PAGE = 0.05

export interface TimeBar {
  readonly element: HTMLElement
  /** `happened` is the latest event at the moment, in words. */
  update(happened: string): void
}

export function createTimeBar(options: {
  cursor: TimeCursor
  log: EventLog
  recorded: boolean
  /** The cursor was moved, or began or ceased to move. */
  onMove(): void
}): TimeBar {
  const { cursor, log, recorded } = options
  const atEnd = () => cursor.live || (recorded && cursor.position >= log.last)
  const doing = (act: () => void) => () => {
    act()
    options.onMove()
  }
  const back = iconButton(
    'stepBack',
    'Previous Event',
    doing(() => cursor.step(-1)),
  )
  const forth = iconButton(
    'stepForth',
    'Next Event',
    doing(() => cursor.step(1)),
  )
  const toggle = doing(() => (cursor.live || cursor.playing ? cursor.pause() : cursor.play()))
  const pauseIcon = icon('pause')
  const playIcon = icon('play')
  const play = h('button', { type: 'button', class: 'icon-button', onclick: toggle }, pauseIcon, playIcon)
  const slider = h('input', {
    type: 'range',
    class: 'time-slider',
    min: 0,
    max: 1,
    step: 'any',
    'aria-label': 'Time position',
    title: `← → one event · Ctrl ← → one message · Page Up/Down 5% · End: ${recorded ? 'the end' : 'live'} · Space: play or pause`,
    oninput: doing(() => cursor.seek(start() + Number(slider.value))),
  })
  const moment = h('span', { class: 'time-moment' })
  const whole = h('span', { class: 'quiet' })
  const event = h('span', { class: 'time-event' })
  const gone = h('span', { class: 'time-gone quiet', hidden: true })
  const speed = h(
    'select',
    {
      'aria-label': 'Playback speed',
      title: 'Playback speed',
      onchange: doing(() => cursor.setSpeed(Number(speed.value))),
    },
    ...SPEEDS.map(s => h('option', { value: s, selected: s === cursor.speed }, `${s}×`)),
  )
  const live = h(
    'button',
    {
      type: 'button',
      class: 'live',
      title: recorded ? 'Go to the End of the Recording' : 'Return to the Present',
      onclick: doing(() => cursor.goLive()),
    },
    !recorded && h('span', { class: 'live-dot', 'aria-hidden': 'true' }),
    recorded ? 'End' : 'LIVE',
  )
  const element = h(
    'section',
    { class: 'time', 'aria-label': 'Time' },
    h('div', { class: 'time-buttons', role: 'group', 'aria-label': 'Playing' }, back, play, forth),
    slider,
    h('span', { class: 'time-text' }, moment, whole, gone, event),
    speed,
    live,
  )
  const start = () => log.timeAt(log.first)
  const length = () => Math.max(0, log.state.at - start())

  slider.addEventListener('keydown', event => {
    const far = event.ctrlKey || event.metaKey
    const moves: Record<string, () => void> = {
      ArrowRight: () => (far ? toMessage(1) : cursor.step(1)),
      ArrowUp: () => cursor.step(1),
      ArrowLeft: () => (far ? toMessage(-1) : cursor.step(-1)),
      ArrowDown: () => cursor.step(-1),
      PageUp: () => cursor.seek(cursor.at + length() * PAGE),
      PageDown: () => cursor.seek(cursor.at - length() * PAGE),
      Home: () => cursor.seekPosition(log.first),
      End: () => cursor.goLive(),
      ' ': toggle,
    }
    const used = moves[event.key]
    if (!used || event.altKey) return
    event.preventDefault()
    used()
    options.onMove()
  })

  /** To just after the next message, or the one before, was published. */
  function toMessage(direction: 1 | -1): void {
    cursor.pause()
    for (
      let at = cursor.position - (direction < 0 ? 2 : 0);
      at >= log.first && at < log.last;
      at += direction
    )
      if (log.event(at)?.type === 'published') return cursor.seekPosition(at + 1)
  }

  return {
    element,
    update(happened) {
      const running = cursor.live || cursor.playing
      element.hidden = log.first === log.last
      setAttribute(element, 'data-live', cursor.live || recorded)
      setAttribute(slider, 'max', length())
      const value = String(cursor.live ? length() : cursor.at - start())
      if (slider.value !== value) slider.value = value
      const at = span(Math.max(0, cursor.at - start()))
      const events = `event ${(cursor.position - log.first).toLocaleString('en')} of ${(log.last - log.first).toLocaleString('en')}`
      const ago = `${span(log.state.at - cursor.at)} ago`
      const where = recorded ? `of ${span(length())}` : ago
      setAttribute(
        slider,
        'aria-valuetext',
        cursor.live ? 'Live' : `${at} from the start, ${events}, ${where}: ${happened}`,
      )
      setText(moment, cursor.live ? span(length()) : recorded ? at : ago)
      const all = `${(log.last - log.first).toLocaleString('en')} events`
      setText(whole, cursor.live ? all : recorded ? `${where} · ${events}` : events)
      setText(event, happened)
      gone.hidden = !log.incomplete
      setText(
        gone,
        `the first ${log.first.toLocaleString('en')} are ${recorded ? 'not shown' : 'no longer kept'}`,
      )
      const label = running ? 'Pause' : recorded && atEnd() ? 'Play from the Start' : 'Play'
      setAttribute(play, 'aria-label', label)
      setAttribute(play, 'title', label)
      setAttribute(playIcon, 'class', running ? 'icon solid gone' : 'icon solid')
      setAttribute(pauseIcon, 'class', running ? 'icon' : 'icon gone')
      setAttribute(live, 'aria-pressed', String(atEnd()))
      setAttribute(back, 'aria-disabled', cursor.position <= log.first ? 'true' : undefined)
      setAttribute(forth, 'aria-disabled', cursor.position >= log.last ? 'true' : undefined)
    },
  }
}
