// What every client says, by an id that tells its place; another language is another such folder.  SPDX-License-Identifier: Apache-2.0
export const shared = {
  'app.name': '智慧党建',
  'tab.board': '排行榜',
  'app.county': '党员学习与考试',
  'do.retry': '重试', 'do.back': '返回', 'do.more': '加载更多', 'list.shown': '已显示 {n} 条，共 {all} 条',
  'net.offline': '网络中断，恢复后自动更新',
  'net.stale': '网络中断，以下为 {time} 的内容',
  'net.silence': '网络未连通，请检查网络后重试。',
  'load.failed': '这部分暂时没有取到',
  'login.title': '登录', 'login.login': '账号', 'login.password': '密码', 'login.do': '登录',
  'login.login.hint': '由所在党支部发放', 'login.need.login': '请填写账号', 'login.need.password': '请填写密码',
  'login.show': '显示密码', 'login.hide': '隐藏密码', 'login.doing': '正在登录…',
  'board.empty': '本期还没有积分记录。',
  'board.rank': '第 {n} 名', 'board.points': '{n} 分', 'board.live': '实时更新', 'board.lost': '连接中断，正在重连',
  'period.all': '累计', 'period.year': '本年', 'period.quarter': '本季', 'period.month': '本月', 'board.total': '{n} 人上榜',
  'time.today': '今天 {time}', 'time.yesterday': '昨天 {time}', 'time.tomorrow': '明天 {time}',
} as const
