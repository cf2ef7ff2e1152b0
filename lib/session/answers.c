/* answers.c - the services that answer one question at a time: health, secrets,
 * credentials.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/service.h"

static void answer(struct cog_call *call, const ProtobufCMessage *message)
{
    cog_call_send_message(call, message);
    cog_call_finish(call, COG_CODE_OK, NULL);
}

/* A question that never came, or could not be read. */
static void refuse(void *data, struct cog_call *call)
{
    (void)data;
    cog_call_finish(call, COG_CODE_INVALID_ARGUMENT, "no question");
}

static void take_check(void *data, struct cog_call *call, const unsigned char *bytes,
                       size_t size)
{
    Session__HealthCheckResponse healthy = SESSION__HEALTH_CHECK_RESPONSE__INIT;

    (void)data, (void)bytes, (void)size;
    healthy.status = SESSION__HEALTH_CHECK_RESPONSE__STATUS__SERVING;
    answer(call, &healthy.base);
}

static const struct cog_secret *find_secret(const struct cog_session *session,
                                            const char *id)
{
    for (size_t i = 0; i < session->secret_count; i++) {
        if (strcmp(session->secrets[i].id, id) == 0)
            return &session->secrets[i];
    }
    return NULL;
}

/* Before it fetches by HTTP or git BuildKit asks for credentials of that host on its own:
 * HTTP_AUTH_TOKEN_HOST, GIT_AUTH_HEADER and the like. */
static bool is_routine(const char *id)
{
    return strncmp(id, "HTTP_AUTH_", 10) == 0 || strncmp(id, "GIT_AUTH_", 9) == 0;
}

static void take_secret_question(void *data, struct cog_call *call,
                                 const unsigned char *bytes, size_t size)
{
    Session__GetSecretRequest *question =
        (void *)cog_message_unpack(&session__get_secret_request__descriptor, bytes, size);
    Session__GetSecretResponse found = SESSION__GET_SECRET_RESPONSE__INIT;

    if (!question) {
        refuse(data, call);
        return;
    }
    const struct cog_session *session = data;
    const json_t *named = json_object_get(session->named, "secrets");
    const struct cog_secret *secret = find_secret(session, question->id);
    if (secret) {
        found.data.data = (uint8_t *)secret->bytes;
        found.data.len = secret->size;
        answer(call, &found.base);
    } else {
        if (!is_routine(question->id) && !cog_session_is_named(named, question->id))
            cog_session_report_unnamed(data, "secret", question->id);
        auto_free char *message = cog_printf("secret %s: not found", question->id);
        cog_call_finish(call, COG_CODE_NOT_FOUND, message);
    }
    cog_message_free(&question->base);
}

static void take_credentials_question(void *data, struct cog_call *call,
                                      const unsigned char *bytes, size_t size)
{
    const struct cog_session *session = data;
    Session__CredentialsRequest *question =
        (void *)cog_message_unpack(&session__credentials_request__descriptor, bytes, size);
    Session__CredentialsResponse found = SESSION__CREDENTIALS_RESPONSE__INIT;

    if (!question) {
        refuse(data, call);
        return;
    }
    for (size_t i = 0; i < session->credential_count; i++) {
        if (strcmp(session->credentials[i].host, question->host) == 0) {
            found.username = (char *)session->credentials[i].user;
            found.secret = (char *)session->credentials[i].secret;
        }
    }
    answer(call, &found.base); /* empty: nothing is known */
    cog_message_free(&question->base);
}

void cog_session_check_health(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {.message = take_check, .ended = refuse};

    cog_call_handle(call, &events, session);
}

void cog_session_give_secret(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {.message = take_secret_question,
                                                  .ended = refuse};

    cog_call_handle(call, &events, session);
}

void cog_session_give_credentials(struct cog_session *session, struct cog_call *call)
{
    static const struct cog_call_events events = {.message = take_credentials_question,
                                                  .ended = refuse};

    cog_call_handle(call, &events, session);
}
