"""The hidden number on the desk: lists are brought, a worker computes, two people sign what is published."""
