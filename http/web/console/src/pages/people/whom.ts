// What the pages about one person share: the file, the name, and the way back to it.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { region, type Region } from '@baoting/shared/region'
import { say } from '@baoting/shared/words/say'
import { computed, reactive } from 'vue'
import type { RouteLocationRaw } from 'vue-router'

export interface About { shown: Region<Schemas['person_file']> & { load: () => Promise<void> }; name: string; back: RouteLocationRaw }

/** A person's file, asked for at once. */
export function about(person: string): About {
  const shown = region<Schemas['person_file']>(() => `/v1/people/${person}`)
  const name = computed(() => shown.value?.facts.find((fact) => fact.field === 'name')?.value ?? say('people.unnamed'))
  return reactive({ shown, name, back: { name: 'person', params: { person } } }) as About
}
