// The phone's client in a web-view. The session goes along in the fragment, which no server and no log sees; the client spends it at
// once.  SPDX-License-Identifier: Apache-2.0
import { handOver } from '../../shell'
import { site } from '../../site'

Page({
  data: { src: '' },
  onLoad() {
    const session = handOver()
    this.setData({ src: `${site.front}/phone/${session ? `#session=${session}` : ''}` })
  },
})
