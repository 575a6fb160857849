// The console's start.  SPDX-License-Identifier: Apache-2.0
import '@baoting/shared/appearance'
import { start } from '@baoting/shared/start'
import { desk } from '@baoting/shared/words/zh/console'
import './styles.css'
import App from './App.vue'
import { watchMenus } from './menus'
import { pages } from './pages'

watchMenus()
await start('/console/', App, pages, desk)
