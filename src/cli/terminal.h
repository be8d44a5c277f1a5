/* terminal: what is known of the screen that a descriptor leads to. Reads the environment; changes nothing.
 */
#ifndef ONSET_CLI_TERMINAL_H
#define ONSET_CLI_TERMINAL_H

#include "cli/options.h"

bool terminal_color(int fd, enum when when); /* auto: a terminal that is not dumb, and NO_COLOR is not set */
int terminal_columns(int fd);                /* COLUMNS, else the size it tells; 100 when fd is no terminal */
bool terminal_ascii(int fd);                 /* a terminal whose locale is named and is not UTF-8 */
bool terminal_can_erase(int fd);             /* a terminal that can clear a line */

#endif
