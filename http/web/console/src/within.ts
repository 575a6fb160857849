// The organisation that a page is about: from the address, else the top of what the account may see.  SPDX-License-Identifier: Apache-2.0
import { computed, ref, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import { top } from './organisations'

/** Empty until it is known. */
export function within(): ComputedRef<string> {
  const route = useRoute(), own = ref('')
  void top().then((id) => { own.value = id ?? '' })
  return computed(() => typeof route.query['organisation'] === 'string' ? route.query['organisation'] : own.value)
}
