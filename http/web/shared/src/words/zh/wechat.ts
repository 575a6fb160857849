// What the mini-program's shell says besides, by an id that tells its place.  SPDX-License-Identifier: Apache-2.0
export const wechat = {
  'wechat.wait': '正在登录…', 'wechat.by_password': '用账号密码登录', 'wechat.first': '首次使用请登录一次，以后打开小程序即可进入。',
  'wechat.code': '动态口令或恢复码', 'wechat.need.code': '请填写动态口令', 'wechat.go_on': '继续',
  'wechat.duty': '首次登录须先修改密码。请在下一页登录并修改，改好后重新打开小程序即可绑定微信。',
  'wechat.messages': '消息提醒', 'wechat.messages.what': '经您同意，本平台可以用微信提醒您：', 'wechat.messages.how': '下一步由微信逐项询问，可以只选其中几项，以后也可以在微信中关闭。不同意不影响使用。',
  'wechat.messages.choose': '去选择', 'wechat.messages.later': '暂不接收',
} as const
