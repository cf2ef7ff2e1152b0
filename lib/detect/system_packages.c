/* system_packages.c - Debian packages that Python packages are known to need.
 *
 * Written for the wheels of late 2026 and Debian 12 and 13: what a wheel brings along, such
 * as soundfile's library or moviepy's ffmpeg, is not asked for. */
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/detect.h"

struct need {
    const char *package, *names, *reason; /* names: with spaces between */
};

static const char opencv[] = "libgl1 libglib2.0-0";
static const char loads_gl[] =
    "OpenCV with windows loads libGL; opencv-python-headless does not";
static const char brings_opencv[] = "it depends on an OpenCV that loads libGL";
static const char calls_ffmpeg[] = "it calls the program ffmpeg";
static const char calls_java[] = "it starts a Java virtual machine";
static const char compiled[] = "it has no wheel for Linux and is compiled";

static const struct need needs[] = {
    {"audiocraft", "ffmpeg", calls_ffmpeg},
    {"basicsr", opencv, brings_opencv},
    {"cairocffi", "libcairo2", "it loads libcairo"},
    {"cairosvg", "libcairo2", "it loads libcairo"},
    {"dbus-python", "gcc libdbus-1-dev pkg-config", compiled},
    {"deepface", opencv, brings_opencv},
    {"demucs", "ffmpeg", calls_ffmpeg},
    {"dlib", "cmake g++", compiled},
    {"facexlib", opencv, brings_opencv},
    {"fasttext", "g++", compiled},
    {"ffmpeg-python", "ffmpeg", calls_ffmpeg},
    {"gdal", "g++ libgdal-dev", compiled},
    {"gfpgan", opencv, brings_opencv},
    {"ghostscript", "ghostscript", "it loads Ghostscript's library"},
    {"graphviz", "graphviz", "it calls the program dot"},
    {"imgaug", opencv, brings_opencv},
    {"insightface", "g++ libgl1 libglib2.0-0",
     "it is compiled, and depends on an OpenCV that loads libGL"},
    {"jpype1", "default-jre-headless", calls_java},
    {"konlpy", "default-jre-headless", calls_java},
    {"language-tool-python", "default-jre-headless", calls_java},
    {"lightgbm", "libgomp1", "its wheel loads the system's libgomp"},
    {"mediapipe", opencv, brings_opencv},
    {"midi2audio", "fluidsynth", "it calls the program fluidsynth"},
    {"mpi4py", "libopenmpi-dev", "it uses the system's MPI"},
    {"mysqlclient", "default-libmysqlclient-dev gcc pkg-config", compiled},
    {"ocrmypdf", "ghostscript tesseract-ocr", "it calls tesseract and gs"},
    {"open3d", "libegl1 libgl1 libgomp1 libx11-6",
     "its wheel loads libraries of the desktop"},
    {"openai-whisper", "ffmpeg", calls_ffmpeg},
    {"opencv-contrib-python", opencv, loads_gl},
    {"opencv-python", opencv, loads_gl},
    {"paddleocr", opencv, brings_opencv},
    {"pdf2image", "poppler-utils", "it calls the program pdftoppm"},
    {"phonemizer", "espeak-ng", "it loads espeak-ng's library"},
    {"psycopg2", "gcc libpq-dev", "it is compiled; psycopg2-binary is not"},
    {"pyaudio", "gcc portaudio19-dev", compiled},
    {"pycairo", "gcc libcairo2-dev pkg-config", compiled},
    {"pydot", "graphviz", "it calls the program dot"},
    {"pydub", "ffmpeg", calls_ffmpeg},
    {"pyfluidsynth", "libfluidsynth3", "it loads libfluidsynth"},
    {"pygraphviz", "gcc libgraphviz-dev pkg-config", compiled},
    {"pyicu", "g++ libicu-dev pkg-config", compiled},
    {"pypandoc", "pandoc", "it calls the program pandoc; pypandoc-binary brings it"},
    {"pyspark", "default-jre-headless", calls_java},
    {"pytesseract", "tesseract-ocr", "it calls the program tesseract"},
    {"python-ldap", "gcc libldap-dev libsasl2-dev", compiled},
    {"python-magic", "libmagic1", "it loads libmagic"},
    {"pyttsx3", "espeak-ng", "it speaks with espeak"},
    {"pyzbar", "libzbar0", "it loads libzbar"},
    {"rdkit", "libxext6 libxrender1", "drawing molecules loads libraries of X"},
    {"realesrgan", opencv, brings_opencv},
    {"sounddevice", "libportaudio2", "it loads libportaudio"},
    {"sox", "sox", "it calls the program sox"},
    {"supervision", opencv, brings_opencv},
    {"tabula-py", "default-jre-headless", calls_java},
    {"torchcodec", "ffmpeg", "it loads FFmpeg's libraries"},
    {"ultralytics", opencv, brings_opencv},
    {"vtk", "libgl1 libxrender1", "its wheel loads libraries of the desktop"},
    {"wand", "libmagickwand-dev", "it loads ImageMagick's library"},
    {"weasyprint", "libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0",
     "it loads Pango"},
    {"whisperx", "ffmpeg", calls_ffmpeg},
};

static const char *text_of(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

/* Whether cog.yaml installs it, as NAME, NAME=VERSION or NAME:ARCHITECTURE. */
static bool is_installed(const struct cog_scan *scan, const char *name, size_t length)
{
    const json_t *item;
    size_t index;

    json_array_foreach(scan->config->system_packages, index, item) {
        const char *text = json_string_value(item);
        if (strcspn(text, "=:") == length && strncmp(text, name, length) == 0)
            return true;
    }
    return false;
}

static bool is_suggested(const json_t *list, const char *name)
{
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        if (strcmp(text_of(item, "name"), name) == 0)
            return true;
    }
    return false;
}

static void suggest(const struct cog_scan *scan, const json_t *item, const char *names,
                    const char *reason)
{
    json_t *list = json_object_get(scan->facts, "system_packages");
    const char *because = text_of(item, "name");

    because = because ? because : text_of(item, "url");
    for (size_t length; *names; names += length + (names[length] == ' ')) {
        length = strcspn(names, " ");
        auto_free char *name = cog_strndup(names, length);
        if (!is_installed(scan, name, length) && !is_suggested(list, name))
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:s, s:O}", "name", name, "because",
                                            because, "reason", reason, "origin",
                                            json_object_get(item, "origin")));
    }
}

static void look_at(const struct cog_scan *scan, const json_t *item)
{
    const char *name = text_of(item, "name"), *url = text_of(item, "url");

    if (json_is_true(json_object_get(item, "constraint")))
        return;
    if (url && strncmp(url, "git+", 4) == 0)
        suggest(scan, item, "git", "it is fetched from a Git repository");
    for (size_t i = 0; name && i < sizeof needs / sizeof *needs; i++) {
        if (strcmp(needs[i].package, name) == 0)
            suggest(scan, item, needs[i].names, needs[i].reason);
    }
}

int cog_detect_system_packages(const struct cog_scan *scan)
{
    const json_t *lock = json_object_get(scan->facts, "lock"), *item;
    json_t *list = json_array();
    size_t index;

    json_object_set_new(scan->facts, "system_packages", list);
    json_array_foreach(json_object_get(scan->facts, "requirements"), index, item) {
        look_at(scan, item);
    }
    json_array_foreach(json_object_get(lock, "packages"), index, item) {
        look_at(scan, item);
    }
    if (!json_array_size(list))
        json_object_del(scan->facts, "system_packages");
    return 0;
}
