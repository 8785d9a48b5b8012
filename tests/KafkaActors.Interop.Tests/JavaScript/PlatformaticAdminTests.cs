using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.JavaScript;

[Category("Interop")]
internal sealed class PlatformaticAdminTests
{
    // The protocol's numbers for where a value comes from.
    private const int Topic = 1;
    private const int Default = 5;

    private Steps _steps = null!;

    [OneTimeSetUp]
    public async Task Run()
    {
        await ClientProgram.Platformatic.RequireAsync();
        _steps = await Steps.OfAsync("javascript/platformatic-admin.mjs");
    }

    [Test]
    public void Topics_are_created_listed_and_deleted()
    {
        _steps.Expect("create", """[{"name":"platformatic-admin","partitions":2,"replicas":1}]""");
        _steps.ExpectError("create again", "TOPIC_ALREADY_EXISTS");
        _steps.Expect("list", "true");
        _steps.Expect("delete", "null");
        _steps.ExpectError("delete again", "UNKNOWN_TOPIC_OR_PARTITION");
    }

    [Test]
    public void Metadata_names_leaders_and_replicas()
    {
        const string partition = """{"leader":1,"replicas":[1],"isr":[1]}""";
        _steps.Expect("metadata", $"[{partition},{partition}]");
    }

    [Test]
    public void Partitions_are_added()
    {
        _steps.Expect("grow", "null");
        _steps.Expect("partitions", "3");
    }

    [Test]
    public void Offsets_follow_records_times_and_deletion()
    {
        _steps.Expect("latest", "[[0,-1],[10,-1],[0,-1]]");
        _steps.Expect("by time", "[[-1,-1],[5,1050],[-1,-1]]");
        _steps.Expect("largest time", "[[-1,-1],[9,1090],[-1,-1]]");
        _steps.Expect(
            "delete records",
            """[{"name":"platformatic-admin","partitions":[{"partition":1,"lowWatermark":4}]}]""");
        _steps.Expect("earliest", "[[0,-1],[4,-1],[0,-1]]");
    }

    [Test]
    public void Configurations_are_shown_altered_and_replaced()
    {
        _steps.Expect("config", Config("60000", Topic));
        _steps.Expect("alter single values", "null");
        _steps.Expect("config then", Config("604800000", Default));
        _steps.Expect("altered", Config("1048576", Topic));
        _steps.Expect("alter all", "null");
        _steps.Expect("config at last", Config("120000", Topic));
        _steps.Expect("reset", Config("1073741824", Default));
    }

    private static string Config(string value, int source) => $$"""{"value":"{{value}}","configSource":{{source}}}""";
}
