/* The change of one's own password.  SPDX-License-Identifier: Apache-2.0 */
#include "http/hall.h"
#include "http/password_rule.h"
#include "http/session.h"
#include "http/session_device.h"
#include "http/session_job.h"
#include "topics/messages.h"

enum { PHC_CEILING = 512 };

static bool look_change(struct session_job *job, struct sql_connection *connection)
{
    if (!session_job_own(job, connection, "old_password", "The password so far is another one", "原密码错误"))
        return false;
    if (!job->wrong)
        password_hash(buffer_slice(&job->other), &job->text);
    return true;
}

static bool write_change(struct session_job *job, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(PHC_CEILING + 64);
    value_id(argument(&arguments), job->account.bytes);
    value_text(argument(&arguments), buffer_slice(&job->text));
    value_time(argument(&arguments), job->now);
    return sql_run(connection, "session_change", &arguments, NULL) &&
           session_job_end_all(job, connection, (struct id){0}) && session_job_open(job, connection);
}

/* The new password is judged at once; the old one is guessed at as at a log-in. */
static bool new_one_may(struct visit *visit, const struct password_change *asked, struct slice login)
{
    if (slice_equal(asked->new_password, asked->old_password))
        problem_say(&visit->problem, PROBLEM_invalid, "The new password is the old one", "新密码与原密码相同");
    else if (password_may(asked->new_password, login, &visit->problem))
        return true;
    return problem_under(&visit->problem, SLICE("new_password"));
}

static void answer_change(struct visit *visit)
{
    const struct password_change *asked = visit->message;
    struct session_job *job = session_job_new(visit);
    struct buffer name = buffer_new(1024);
    (void)!accounts_show(visit->front->accounts, job->account, &job->login, &name);
    buffer_free(&name);
    if (!new_one_may(visit, asked, buffer_slice(&job->login))) {
        session_job_drop(job);
        visit_refuse(visit);
        return;
    }
    if (asked->has_device)
        (void)!device_known(visit->front->seal, asked->device, buffer_slice(&job->login), &job->device);
    buffer_add_slice(&job->secret, asked->old_password);
    buffer_add_slice(&job->other, asked->new_password);
    device_name(request_header(visit->request, HEADER_USER_AGENT), &job->name);
    job->look = look_change;
    job->write = write_change;
    job->answer = session_answer_tokens;
    if (session_job_guess_own(job))
        session_job_take(job, visit->front->passwords);
}

void credentials_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(password_change), answer_change);
}
