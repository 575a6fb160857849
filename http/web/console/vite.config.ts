// SPDX-License-Identifier: Apache-2.0
import { client } from '../client.ts'

export default client('console')
