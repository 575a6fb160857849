// What the hall's screen says, by an id that tells its place; another language is another such folder.  SPDX-License-Identifier: Apache-2.0
export const screen = {
  'hall.title': '学习考试大屏', 'hall.all': '返回全县', 'hall.progress': '考试进行情况', 'hall.none': '目前没有正在进行的考试。发布考试后会自动显示在这里。',
  'hall.members': '应考', 'hall.started': '已开考', 'hall.handed_in': '已交卷', 'hall.graded': '已评卷', 'hall.rate': '交卷速度', 'hall.people': '人', 'hall.a_second': '份/秒',
  'hall.committees': '各党委交卷情况', 'hall.branches': '各党支部交卷情况',
} as const
