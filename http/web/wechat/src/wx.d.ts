// What the shell uses of WeChat's mini-program interface.  SPDX-License-Identifier: Apache-2.0
interface WxFailure { errMsg: string; errCode?: number }
interface WxReply { statusCode: number; data: unknown }

declare const wx: {
  login(asked: { success: (got: { code: string }) => void; fail: (why: WxFailure) => void }): void
  request(asked: { url: string; method: 'POST'; data: unknown; header: Record<string, string>; timeout: number; success: (reply: WxReply) => void; fail: (why: WxFailure) => void }): void
  getStorageSync(key: string): unknown
  setStorageSync(key: string, value: unknown): void
  redirectTo(asked: { url: string }): void
  reLaunch(asked: { url: string }): void
  requestSubscribeMessage(asked: { tmplIds: string[]; success: (answers: Record<string, string>) => void; fail: (why: WxFailure) => void }): void
}

interface WxPage<D> { data: D; setData(change: Partial<D>): void }
interface WxInput { detail: { value: string } }
declare function App<T extends object>(app: T): void
declare function getApp(): unknown
declare function Page<D extends object, M extends object>(page: { data: D } & M & ThisType<WxPage<D> & M>): void
