// Consent to messages, asked in words before WeChat's own sheet; what was answered is kept on this device.
// SPDX-License-Identifier: Apache-2.0
import { enter, handOver } from '../../shell'
import { site } from '../../site'

Page({
  data: { templates: site.templates },
  choose() {
    wx.requestSubscribeMessage({
      tmplIds: site.templates.map((each) => each.id),
      success: (answers) => this.keep(Object.fromEntries(site.templates.map(({ id }) => [id, answers[id] ?? 'reject']))),
      fail: () => this.keep({}),
    })
  },
  later() { this.keep({}) },
  keep(answers: Record<string, string>) {
    wx.setStorageSync('consent', { at: new Date().toISOString(), answers })
    enter(handOver())
  },
})
