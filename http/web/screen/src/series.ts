// What the burst's picture shows, each by colour and by its kind of line.  SPDX-License-Identifier: Apache-2.0
export const series = [
  { of: 'handed_in', word: 'hall.handed_in', colour: '--chart-1', bar: true, dash: false },
  { of: 'started', word: 'hall.started', colour: '--chart-2', bar: false, dash: true },
  { of: 'graded', word: 'hall.graded', colour: '--chart-3', bar: false, dash: false },
] as const
