namespace KafkaActors.Interop.Tests.Harness;

/// <summary>
/// A client that has to be installed. Where it is not, its tests are skipped by name on a person's machine, and fail in
/// CI, where <c>.ci/run</c> installs everything.
/// </summary>
internal sealed class ClientProgram(string name, string installation, string file, params string[] probe)
{
    private readonly Lazy<Task<bool>> _isThere = new(() => AnswersAsync(file, probe));

    public static ClientProgram Kcat { get; } = new("kcat", "apt-get install kcat", "kcat", "-V");

    public static ClientProgram KafkaPython { get; } = new(
        "kafka-python with its codecs",
        "apt-get install python3-kafka python3-snappy python3-lz4 python3-zstandard",
        Scripts.Python, "-c", "import kafka, snappy, lz4.frame, zstandard");

    public static ClientProgram ConfluentPython { get; } = new(
        "confluent-kafka for Python", "apt-get install python3-confluent-kafka",
        Scripts.Python, "-c", "import confluent_kafka");

    public static ClientProgram Kafkajs { get; } = new(
        "kafkajs", "npm ci in clients/javascript",
        Scripts.NodeJs, Scripts.PathOf("javascript/probe.mjs"), "kafkajs");

    public static ClientProgram Platformatic { get; } = new(
        "@platformatic/kafka on Node.js 22.22", "npm ci in clients/javascript",
        Scripts.NodeJs, Scripts.PathOf("javascript/probe.mjs"), "@platformatic/kafka");

    public override string ToString() => name;

    /// <summary>Ends the test here, as skipped or failed, unless the client is installed.</summary>
    public async Task RequireAsync()
    {
        if (await _isThere.Value) return;
        string missing = $"{name} is not installed: {installation}";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
        Assert.Ignore(missing);
    }

    private static async Task<bool> AnswersAsync(string file, string[] arguments)
    {
        try
        {
            return (await ProgramRun.OfAsync(file, arguments)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }
}
