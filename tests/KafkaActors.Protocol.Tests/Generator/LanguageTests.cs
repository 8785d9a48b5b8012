namespace KafkaActors.Protocol.Tests.Generator;

/// <summary>Everything that a definition may say becomes C# that compiles.</summary>
public sealed class LanguageTests
{
    private static readonly string[] Scalars =
    [
        "bool", "int8", "int16", "uint16", "int32", "uint32", "int64", "float64", "uuid", "topicId", "error", "nodeId",
        "leaderEpoch", "string", "bytes",
    ];

    [TestCase("flexible 2+\n")]
    [TestCase("flexible 0+\n")]
    [TestCase("flexible 3+\nadvertise 1-2\n")]
    [TestCase("advertise 1-2\nflexible 3+\n")]
    public void Every_type_plain_tagged_and_in_an_array(string head)
    {
        IEnumerable<string> fields = Scalars.Select((type, index) =>
            $"""
                A{index}: {type}
                B{index}: {type} (tag {index})
                C{index}: []{type} (1-2)
                D{index}: []{type}? (null 2+)
                E{index}: []{type}? (tag {index + 100}) = null
                F{index}: {type} (1)

            """);
        Compiles($"record Test\nversions 0-3\n{head}fields\n{string.Concat(fields)}");
    }

    [Test]
    public void Every_way_to_be_null()
    {
        IEnumerable<string> fields = new[] { "string", "bytes", "records", "[]int8" }.Select((type, index) =>
            $"""
                A{index}: {type}?
                B{index}: {type}? = null
                C{index}: {type} (null 2+)
                D{index}: {type}? (1-2)
                E{index}: {type} (1+, null 3+) = null

            """);
        Compiles($"record Test\nversions 0-3\nflexible 2+\nfields\n{string.Concat(fields)}");
    }

    [Test]
    public void Structs_in_every_place() => Compiles(
        """
        # A <test> & its "structs".
        record Test
        versions 0-3
        flexible 2+

        fields
            # Used again and again.
            One: First
                Value: int8
                Inner: []Second
                    Text: string = "a # that is no comment"
                    None: string? (tag 0) = "x"
            Many: []First? (null 1+) = null
            Absent: First? (1+) = null
            Later: First (null 2+)
            Tagged: First (tag 3)
            TaggedMany: []First (tag 1)   # a comment at the end
        """);

    [Test]
    public void A_default_of_every_type()
    {
        (string Type, string Value)[] defaults =
        [
            ("int8", "-128"), ("uint16", "0xffff"), ("uint32", "4294967295"), ("int64", "-9223372036854775808"),
            ("int32", "-2147483648"), ("float64", "0.5"), ("bool", "true"), ("error", "-1"), ("nodeId", "-1"),
            ("leaderEpoch", "-1"), ("string", "\"text\""),
        ];
        IEnumerable<string> fields = defaults.Select((one, index) =>
            $"    A{index}: {one.Type} = {one.Value}\n    B{index}: {one.Type} (tag {index}) = {one.Value}\n");
        Compiles($"record Test\nversions 0\nflexible 0\nfields\n{string.Concat(fields)}");
    }

    [Test]
    public void No_field_at_all() => Compiles("record Test\nversions 0\nfields\n");

    private static void Compiles(string text)
    {
        GeneratorRun run = GeneratorRun.Of(text);
        Assert.That(run.Faults, Is.Empty);
        Assert.That(run.CompileErrors, Is.Empty);
    }
}
