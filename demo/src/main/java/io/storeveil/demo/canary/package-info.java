/**
 * The search for personal values where none may be: every value of the shop, in every form that it can take outside the
 * store. What is found is named by table, column, form and place, and never shown.
 */
@NullMarked
package io.storeveil.demo.canary;

import org.jspecify.annotations.NullMarked;
