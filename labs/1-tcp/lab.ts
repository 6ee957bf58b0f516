import { defineLab } from '../exercise/define.ts'

export default defineLab({ title: 'TCP and UDP' })
