// The phone client's start.  SPDX-License-Identifier: Apache-2.0
import { takeSession } from './shell'
import '@baoting/shared/appearance'
import { start } from '@baoting/shared/start'
import { phone } from '@baoting/shared/words/zh/phone'
import App from './App.vue'
import { pages } from './pages'

await start('/phone/', App, pages, phone, takeSession)

if ('serviceWorker' in navigator) navigator.serviceWorker.register('/phone/sw.js').catch(() => undefined) // WeChat refuses it
