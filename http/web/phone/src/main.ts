// The phone client's start.  SPDX-License-Identifier: Apache-2.0
import '@baoting/shared/styles/tokens.css'
import '@baoting/shared/styles/parts.css'
import '@baoting/shared/appearance'
import { routerOf } from '@baoting/shared/page'
import { restore } from '@baoting/shared/session'
import { createApp } from 'vue'
import App from './App.vue'
import { pages } from './pages'

await restore().catch(() => undefined) // a browser that keeps no database keeps the log-in as long as it lives
createApp(App).use(routerOf('/phone/', pages)).mount('#app')

if ('serviceWorker' in navigator) navigator.serviceWorker.register('/phone/sw.js').catch(() => undefined) // WeChat refuses it
