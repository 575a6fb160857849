// Opens the case from which something follows in the house, whatever procedure says so.  SPDX-License-Identifier: Apache-2.0
import { say } from '@baoting/shared/words/say'
import { run, wrong } from '../../tray'
import { bodyOf, follows, nothing, openings, taken, type Given } from './given'
import { inForce, packOf } from './pack'

/** Opens a case by the procedure in force from which `effect` follows: what the effect takes first is `named`, what else the opening step must be told is
 *  `others`, each paper `paper`. Gives the case, or what is wrong in words. */
export async function openCase(effect: string, organisation: string, title: string,
    { named, others, paper }: { named: string; others: string; paper?: { name: string; digest: string } }): Promise<{ matter: string; wrong: string }> {
  const all = await inForce()
  if (all.kind !== 'answer') return { matter: '', wrong: all.kind === 'problem' ? all.problem.detail_zh : say('net.silence') }
  for (const row of all.value.rows) {
    const reply = await packOf(row.procedure, row.version)
    if (reply.kind !== 'answer' || !follows(reply.value.pack, effect)) continue
    const pack = reply.value.pack, move = openings(pack)[0]
    const fact = pack.moves.flatMap((each) => each.follows ?? []).find((each) => each.effect === effect)?.facts?.[0]
    if (!move) continue
    const given: Given = nothing()
    for (const each of taken(pack, move)) given.facts[each.fact.name] = each.fact.name === fact ? named : others
    given.papers = paper ? (move.papers ?? []).map(({ name }) => ({ paper: name, ...paper })) : []
    const outcome = await run(title, 'POST', '/v1/cases', { procedure: pack.name, organisation, move: move.name, given: bodyOf(pack, move, given) })
    return { matter: outcome.kind === 'applied' ? outcome.command : '', wrong: wrong(outcome) }
  }
  return { matter: '', wrong: say('case.no.fitting') }
}
