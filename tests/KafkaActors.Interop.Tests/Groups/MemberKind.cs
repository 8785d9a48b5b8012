using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>One client with the protocol it uses, as a member.</summary>
internal sealed record MemberKind(
    string Name, Func<GroupScene, string, IGroupMember> Start, ClientProgram? Needs = null)
{
    public static IReadOnlyList<MemberKind> All { get; } =
    [
        new("kcat", (scene, name) => ProcessMember.Kcat(name, scene), ClientProgram.Kcat),
        new("client actors", (scene, name) => ProcessMember.Console(name, scene)),
        new("client actors, KIP-848", (scene, name) => ProcessMember.Console(name, scene, "consumer")),
        new("Confluent.Kafka", (scene, name) => new ConfluentMember(name, scene)),
        new("Confluent.Kafka, cooperative", (scene, name) => new ConfluentMember(name, scene, Variants.Cooperative())),
        new("Confluent.Kafka, KIP-848", (scene, name) => new ConfluentMember(name, scene, Variants.Consumer())),
        new(
            "confluent-kafka for Python",
            (scene, name) => ProcessMember.Script("python/confluent_python_member.py", name, scene),
            ClientProgram.ConfluentPython),
        new(
            "kafka-python",
            (scene, name) => ProcessMember.Script("python/kafka_python_member.py", name, scene),
            ClientProgram.KafkaPython),
        new("kafkajs", (scene, name) => ProcessMember.Kafkajs(name, scene), ClientProgram.Kafkajs),
        new(
            "kafkajs, its own assigner",
            (scene, name) => ProcessMember.Kafkajs(name, scene, "default"),
            ClientProgram.Kafkajs),
        new(
            "@platformatic/kafka",
            (scene, name) => ProcessMember.Script("javascript/platformatic-member.mjs", name, scene, "classic"),
            ClientProgram.Platformatic),
        new(
            "@platformatic/kafka, KIP-848",
            (scene, name) => ProcessMember.Script("javascript/platformatic-member.mjs", name, scene, "consumer"),
            ClientProgram.Platformatic),
    ];

    public Task RequireAsync() => Needs?.RequireAsync() ?? Task.CompletedTask;

    public override string ToString() => Name;
}
