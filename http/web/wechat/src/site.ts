// What a deployment sets, in BUILD/wechat/site.js, before it uploads the shell.  SPDX-License-Identifier: Apache-2.0

export const site = {
  /** Where the front is, by https, as WeChat's console lists it among request domains and web-view domains. */
  front: '',
  /** Messages that may be subscribed to, three at most: the template's id there, and what it tells. */
  templates: [] as { id: string; tells: string }[],
}
