// The pictures of the burst: what of ECharts they need and nothing else, a chunk of its own.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { series } from './series'

use([BarChart, LineChart, GridComponent, CanvasRenderer])

const hour = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

/** A chart in an element that follows its size; what it is given is drawn over what stood there. */
export function burst(element: HTMLElement): { show: (spans: Schemas['pulse_second'][]) => void; end: () => void } {
  const chart: EChartsType = init(element, null, { renderer: 'canvas' })
  const still = matchMedia('(prefers-reduced-motion: reduce)')
  let last: Schemas['pulse_second'][] = []
  const show = (spans: Schemas['pulse_second'][]): void => {
    last = spans
    const look = getComputedStyle(element), size = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const colour = (name: string): string => look.getPropertyValue(name).trim()
    const text = { color: colour('--quiet'), fontSize: size * 0.875, fontFamily: look.fontFamily }
    chart.setOption({
      animation: !still.matches, animationDuration: 200, animationDurationUpdate: 200,
      grid: { left: size * 3, right: size * 0.75, top: size, bottom: size * 2 },
      xAxis: { type: 'category', data: spans.map((span) => hour.format(Date.parse(span.at))), boundaryGap: true,
        axisLabel: { ...text, margin: size * 0.6, interval: 11, formatter: (label: string) => label.slice(0, 5) }, axisTick: { show: false }, axisLine: { lineStyle: { color: colour('--line') } } },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 4, max: (range: { max: number }) => Math.max(4, range.max),
        axisLabel: { ...text, margin: size * 0.6 }, splitLine: { lineStyle: { color: colour('--line') } } },
      series: series.map((each) => ({
        id: each.of, type: each.bar ? 'bar' as const : 'line' as const, data: spans.map((span) => span[each.of]),
        itemStyle: { color: colour(each.colour) }, barCategoryGap: '20%', silent: true,
        ...(each.bar ? {} : { symbol: 'none', step: 'middle' as const, lineStyle: { color: colour(each.colour), width: size * 0.15, type: each.dash ? [size * 0.4, size * 0.25] : 'solid' as const } }),
      })),
    })
  }
  const sized = new ResizeObserver(() => { chart.resize(); show(last) })
  sized.observe(element)
  return { show, end: () => { sized.disconnect(); chart.dispose() } }
}
