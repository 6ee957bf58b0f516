import { defineLab } from '../exercise/define.ts'

export default defineLab({ title: 'Network state' })
