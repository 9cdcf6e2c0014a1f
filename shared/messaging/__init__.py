"""Events to and from the broker.

`ports` what is asked of a broker · `kafka` the only user of aiokafka · `consumer` the rules of reading · `topics`
the topics we own · `dead_letters` what an operator does with what could not be read.
"""
