// What the hall's screen says, by an id that tells its place; another language is another such folder.  SPDX-License-Identifier: Apache-2.0
export const screen = {
  'hall.title': '学习考试大屏', 'hall.all': '返回全县', 'hall.progress': '考试进行情况', 'hall.over': '考试已结束', 'hall.none': '目前没有正在进行的考试。发布考试后会自动显示在这里。',
  'hall.members': '应考', 'hall.started': '已开考', 'hall.handed_in': '已交卷', 'hall.graded': '已评卷', 'hall.rate': '交卷速度', 'hall.people': '人', 'hall.a_second': '份/秒',
  'hall.grading': '评卷用时（中位）', 'hall.never': '—', 'hall.connecting': '正在连接', 'hall.waiting': '连接恢复后自动显示', 'hall.none.share': '有考试进行时，这里显示各单位交卷情况',
  'hall.grading.most': '近五分钟 99% 的答卷交卷后 {n} {unit}内评出', 'hall.grading.none': '近五分钟没有评卷',
  'hall.burst': '近五分钟（人次/每 5 秒）', 'hall.members.board': '党员积分榜',
  'hall.committees': '各党委交卷情况', 'hall.branches': '各党支部交卷情况', 'hall.committees.average': '各党委人均积分', 'hall.branches.average': '各党支部人均积分',
  'hall.nobody': '此范围内没有应考党员',
  'hall.exam': '显示考试', 'hall.auto': '自动（最新开考）', 'hall.open': '{title}（进行中）', 'hall.closed': '{title}（已结束）',
} as const
