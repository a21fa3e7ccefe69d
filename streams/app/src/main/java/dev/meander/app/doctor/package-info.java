/**
 * What the doctor looks at: each check is one class that says what it found and what to do about
 * it. Nothing here changes anything.
 */
@NullMarked
package dev.meander.app.doctor;

import org.jspecify.annotations.NullMarked;
