// The hall screen's start.  SPDX-License-Identifier: Apache-2.0
import { start } from '@baoting/shared/start'
import { screen } from '@baoting/shared/words/zh/screen'
import './styles.css'
import App from './App.vue'
import { pages } from './pages'

await start('/screen/', App, pages, screen)
