#pragma once
/* What Swift's Glibc module hides (feature macros, function-like macros, variadic ioctl) or must not do itself (fork).
   Every function answers 0 or an errno, unless it says otherwise; none of them keeps state. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Opens a pseudo-terminal's master (non-blocking, close-on-exec) and names its device in `path`. */
int station_terminal_open(int *master, char *path, size_t capacity);

/* Names the calling thread for `top -H` and /proc; Linux keeps 15 bytes. */
void station_thread_set_name(const char *name);

/* A counter descriptor that one thread polls and others write to (eventfd); -1 and errno on failure. */
int station_wake_open(void);

/* Raw 8N1, no flow control, modem lines ignored; the speed is left alone. */
int station_line_make_raw(int descriptor);

/* Sets a rate that termios has a constant for. EINVAL where it has none, or where the driver took another. */
int station_line_set_standard_rate(int descriptor, uint32_t baud);

/* Sets any rate through termios2; what the driver really took comes back in `taken`. */
int station_line_set_custom_rate(int descriptor, uint32_t baud, uint32_t *taken);

/* The output rate in force, through termios2. */
int station_line_read_rate(int descriptor, uint32_t *baud);

/* TIOCEXCL and its opposite; whether it is in force. */
int station_line_set_exclusive(int descriptor, int exclusive);
int station_line_is_exclusive(int descriptor, int *exclusive);

/* Bytes accepted from us that the driver has not put on the wire yet. */
int station_line_unsent(int descriptor, int *count);

/* Starts `arguments` in a session of its own whose controlling terminal is `terminal`. An error of the child before
   its exec comes back here as errno. `watch` becomes readable when the child ends (a pidfd). */
int station_shell_start(const char *terminal, const char *directory, char *const *arguments,
                        char *const *environment, pid_t *child, int *watch);
