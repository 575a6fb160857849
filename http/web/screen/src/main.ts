// The hall screen's start.  SPDX-License-Identifier: Apache-2.0
import '@baoting/shared/styles/tokens.css'
import '@baoting/shared/styles/parts.css'
import './styles.css'
import { routerOf } from '@baoting/shared/page'
import { restore } from '@baoting/shared/session'
import { createApp } from 'vue'
import App from './App.vue'
import { pages } from './pages'

await restore().catch(() => undefined) // a browser that keeps no database keeps the log-in as long as it lives
createApp(App).use(routerOf('/screen/', pages)).mount('#app')
