// The mini-program: a shell around the phone's client.  SPDX-License-Identifier: Apache-2.0
import { learn } from '@baoting/shared/words/say'
import { wechat } from '@baoting/shared/words/zh/wechat'
import type { Shell } from './shell'

learn(wechat)
App<Shell>({ session: '' })
