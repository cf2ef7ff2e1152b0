/* curl.c - the functions of libcurl that this folder calls.
 *
 * The first call loads it. A program that was linked with it would load it at every start,
 * with thirty other libraries, which takes longer than the rest of a build in which nothing
 * changed. */
#include <curl/curl.h>
#include <stdarg.h>
#include <stdbool.h>

#include "base/library.h"

#undef curl_easy_getinfo
#undef curl_easy_setopt

struct functions {
    void (*easy_cleanup)(CURL *);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    CURLHcode (*easy_header)(CURL *, const char *, size_t, unsigned, int,
                             struct curl_header **);
    CURL *(*easy_init)(void);
    CURLcode (*easy_perform)(CURL *);
    CURLcode (*easy_recv)(CURL *, void *, size_t, size_t *);
    void (*easy_reset)(CURL *);
    CURLcode (*easy_send)(CURL *, const void *, size_t, size_t *);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    const char *(*easy_strerror)(CURLcode);
    CURLcode (*global_init_mem)(long, curl_malloc_callback, curl_free_callback,
                                curl_realloc_callback, curl_strdup_callback,
                                curl_calloc_callback);
    CURLMcode (*multi_add_handle)(CURLM *, CURL *);
    CURLMcode (*multi_cleanup)(CURLM *);
    CURLMsg *(*multi_info_read)(CURLM *, int *);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_perform)(CURLM *, int *);
    CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd *, unsigned, int, int *);
    CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
};

static const struct functions *curl(void)
{
    static struct functions loaded;
    const struct cog_library_function functions[] = {
        {"curl_easy_cleanup", &loaded.easy_cleanup},
        {"curl_easy_getinfo", &loaded.easy_getinfo},
        {"curl_easy_header", &loaded.easy_header},
        {"curl_easy_init", &loaded.easy_init},
        {"curl_easy_perform", &loaded.easy_perform},
        {"curl_easy_recv", &loaded.easy_recv},
        {"curl_easy_reset", &loaded.easy_reset},
        {"curl_easy_send", &loaded.easy_send},
        {"curl_easy_setopt", &loaded.easy_setopt},
        {"curl_easy_strerror", &loaded.easy_strerror},
        {"curl_global_init_mem", &loaded.global_init_mem},
        {"curl_multi_add_handle", &loaded.multi_add_handle},
        {"curl_multi_cleanup", &loaded.multi_cleanup},
        {"curl_multi_info_read", &loaded.multi_info_read},
        {"curl_multi_init", &loaded.multi_init},
        {"curl_multi_perform", &loaded.multi_perform},
        {"curl_multi_poll", &loaded.multi_poll},
        {"curl_multi_remove_handle", &loaded.multi_remove_handle},
        {"curl_slist_append", &loaded.slist_append},
        {"curl_slist_free_all", &loaded.slist_free_all},
    };

    if (!loaded.slist_free_all)
        cog_library_load("libcurl.so.4", functions, sizeof functions / sizeof *functions);
    return &loaded;
}

void curl_easy_cleanup(CURL *handle)
{
    curl()->easy_cleanup(handle);
}

/* The third argument is a pointer, whatever the information is. */
CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...)
{
    va_list args;

    va_start(args, info);
    CURLcode code = curl()->easy_getinfo(handle, info, va_arg(args, void *));
    va_end(args);
    return code;
}

CURLHcode curl_easy_header(CURL *handle, const char *name, size_t index, unsigned origin,
                           int request, struct curl_header **header)
{
    return curl()->easy_header(handle, name, index, origin, request, header);
}

CURL *curl_easy_init(void)
{
    return curl()->easy_init();
}

CURLcode curl_easy_perform(CURL *handle)
{
    return curl()->easy_perform(handle);
}

CURLcode curl_easy_recv(CURL *handle, void *bytes, size_t size, size_t *received)
{
    return curl()->easy_recv(handle, bytes, size, received);
}

void curl_easy_reset(CURL *handle)
{
    curl()->easy_reset(handle);
}

CURLcode curl_easy_send(CURL *handle, const void *bytes, size_t size, size_t *sent)
{
    return curl()->easy_send(handle, bytes, size, sent);
}

/* An option's number tells the type of its value. None of those set here has curl_off_t. */
CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...)
{
    bool is_number = option < CURLOPTTYPE_OBJECTPOINT;
    void *pointer = NULL;
    long number = 0;
    va_list args;

    va_start(args, option);
    if (is_number)
        number = va_arg(args, long);
    else
        pointer = va_arg(args, void *);
    va_end(args);
    return is_number ? curl()->easy_setopt(handle, option, number)
                     : curl()->easy_setopt(handle, option, pointer);
}

const char *curl_easy_strerror(CURLcode code)
{
    return curl()->easy_strerror(code);
}

CURLcode curl_global_init_mem(long flags, curl_malloc_callback allocate,
                              curl_free_callback release, curl_realloc_callback resize,
                              curl_strdup_callback copy, curl_calloc_callback clear)
{
    return curl()->global_init_mem(flags, allocate, release, resize, copy, clear);
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *handle)
{
    return curl()->multi_add_handle(multi, handle);
}

CURLMcode curl_multi_cleanup(CURLM *multi)
{
    return curl()->multi_cleanup(multi);
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
    return curl()->multi_info_read(multi, left);
}

CURLM *curl_multi_init(void)
{
    return curl()->multi_init();
}

CURLMcode curl_multi_perform(CURLM *multi, int *running)
{
    return curl()->multi_perform(multi, running);
}

CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd fds[], unsigned count,
                          int milliseconds, int *ready)
{
    return curl()->multi_poll(multi, fds, count, milliseconds, ready);
}

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *handle)
{
    return curl()->multi_remove_handle(multi, handle);
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
    return curl()->slist_append(list, text);
}

void curl_slist_free_all(struct curl_slist *list)
{
    curl()->slist_free_all(list);
}
