// Log-in by WeChat; whom it does not know yet by the password once, which binds.  SPDX-License-Identifier: Apache-2.0
import { say } from '@baoting/shared/words/say'
import { byCode, byPassword, byWeChat, type Step } from '../../entry'
import { enter } from '../../shell'

/* What is typed is no part of what is drawn. */
let login = '', password = '', code = '', bind = '', ticket = '', session = ''

Page({
  data: { step: 'wait' as Step['step'] | 'wait' | 'unbound', busy: false, fault: '' },
  onLoad() { void this.again() },
  async go(asked: Promise<Step>) {
    this.setData({ busy: true, fault: '' })
    const next = await asked
    if (next.step === 'in' && !next.unbound) return enter(next.session)
    if (next.step === 'in') session = next.session
    if (next.step === 'password' || next.step === 'code') ({ bind } = next)
    if (next.step === 'code') ({ ticket } = next)
    const here = this.data.step === 'password' || this.data.step === 'code'
    this.setData({
      busy: false, step: next.step === 'in' ? 'unbound' : next.step === 'fault' && here ? this.data.step : next.step,
      fault: next.step === 'in' ? next.unbound : next.step === 'fault' ? (next.silent ? say('net.silence') : next.text) : '',
    })
  },
  again() { return this.go(byWeChat()) },
  withPassword() { bind = ''; this.setData({ step: 'password', fault: '' }) },
  loginTyped(event: WxInput) { login = event.detail.value.trim() },
  passwordTyped(event: WxInput) { password = event.detail.value },
  codeTyped(event: WxInput) { code = event.detail.value.trim() },
  async logIn() {
    if (!login || !password) return this.setData({ fault: say(login ? 'login.need.password' : 'login.need.login') })
    await this.go(byPassword(login, password, bind))
  },
  async giveCode() {
    if (!code) return this.setData({ fault: say('wechat.need.code') })
    await this.go(byCode(ticket, code, bind))
  },
  goOn() { enter(session) },
})
