# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A private Kafka: the real broker, one KRaft node on loopback, from its Maven artifacts. In home/kafka.

kafka_version=3.9.1
kafka_name=kafka-$kafka_version     # its directory in .dev
slf4j_version=1.7.36                # the Maven artifact has no logging backend

ensure_kafka_jars() { once "$kafka_name" "fetching Kafka $kafka_version" fetch_kafka_jars; }

# fetch_kafka_jars DIRECTORY
fetch_kafka_jars() {
    cat >"$1/pom.xml" <<END
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>annals</groupId> <artifactId>broker</artifactId> <version>1</version> <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka_version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId><version>$slf4j_version</version></dependency>
  </dependencies>
</project>
END
    local maven=(mvn -B -ntp -f "$1/pom.xml" "-Dmaven.repo.local=$1/repository"
        org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies
        -DincludeScope=runtime "-DoutputDirectory=$1/libs")
    "${maven[@]}" || "${maven[@]}"
    rm -rf "$1/repository"
}

kafka_pid() { process_of "$1/kafka/pid" "$1/kafka/server.properties"; }

# kafka_settings HOME BROKER_PORT CONTROLLER_PORT; a test adds lines with ANNALS_DEV_KAFKA_PROPERTIES, in which {broker}
# and {controller} are these ports
kafka_settings() {
    cat <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$3
listeners=PLAINTEXT://127.0.0.1:$2,CONTROLLER://127.0.0.1:$3
advertised.listeners=PLAINTEXT://127.0.0.1:$2
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$1/kafka/data

auto.create.topics.enable=false
delete.topic.enable=true
message.max.bytes=4194304
replica.fetch.max.bytes=4194304

offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500

num.network.threads=2
num.io.threads=2
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
log.segment.delete.delay.ms=1000
log.cleaner.dedupe.buffer.size=16777216
END
    local added=${ANNALS_DEV_KAFKA_PROPERTIES-}
    added=${added//\{broker\}/$2}
    printf '%s\n' "${added//\{controller\}/$3}"
}

kafka_logging() {
    cat <<'END'
log4j.rootLogger=WARN, out
log4j.logger.kafka.server.KafkaRaftServer=INFO
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
END
}

# kafka_command HOME: sets kafka_java to the Java and the options to run it with.
kafka_command() {
    kafka_java=("$(java_17)" -Xms256m -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1
        "-Dlog4j.configuration=file:$1/kafka/log4j.properties" -cp "$dot/$kafka_name/libs/*")
}

# format_kafka HOME
format_kafka() {
    local id
    id=A$(head -c 32 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' | cut -c 1-20)A
    rm -rf "$1/kafka/data"
    mkdir "$1/kafka/data"
    "${kafka_java[@]}" kafka.tools.StorageTool format -t "$id" -c "$1/kafka/server.properties"
    touch "$1/kafka/formatted"
}

# start_kafka HOME
start_kafka() {
    local kafka_java broker controller home=$1/kafka
    mkdir -p "$home"
    kafka_command "$1"
    kafka_logging >"$home/log4j.properties"
    for _ in 1 2 3; do
        read -r broker controller < <(ports "$home/ports" 2)
        kafka_settings "$1" "$broker" "$controller" >"$home/server.properties"
        [[ -e $home/formatted ]] || logged kafka "creating a Kafka broker" format_kafka "$1"
        daemon "$home/log" "${kafka_java[@]}" kafka.Kafka "$home/server.properties"
        echo "$daemon_pid" >"$home/pid"
        watch_log "$home/log" "starting Kafka on port $broker"
        within 90 kafka_has_decided "$home/log"
        watch_end
        if ! is_gone "$daemon_pid"; then return; fi
        grep -q 'Address already in use' "$home/log" || break
    done
    log=$home/log
    false
}

kafka_has_decided() { is_gone "$daemon_pid" || grep -q 'Kafka Server started' "$1"; }
