'use strict';
// The part of @confluentinc/kafka-javascript's interface that the specification uses, on kafkajs and our broker.

const kafkajs = require('kafkajs');

class Kafka {
  constructor() {
    this.kafka = new kafkajs.Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
  }

  producer({ kafkaJS }) {
    const producer = this.kafka.producer({
      allowAutoTopicCreation: kafkaJS.allowAutoTopicCreation, createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    return {
      connect: () => producer.connect(),
      disconnect: () => producer.disconnect(),
      send: (batch) => producer.send({ acks: kafkaJS.acks, compression: kafkaJS.compression, ...batch }),
    };
  }

  consumer({ kafkaJS }) {
    const consumer = this.kafka.consumer({ groupId: `${kafkaJS.groupId}-${process.pid}-${Math.random()}` });
    return {
      connect: () => consumer.connect(),
      disconnect: () => consumer.disconnect(),
      subscribe: (to) => consumer.subscribe({ ...to, fromBeginning: kafkaJS.fromBeginning }),
      run: (handlers) => consumer.run(handlers),
    };
  }
}

exports.KafkaJS = {
  Kafka,
  CompressionTypes: kafkajs.CompressionTypes,
  PartitionAssigners: kafkajs.PartitionAssigners,
};
