using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.Kcat;

/// <summary>One run of kcat against the suite's node.</summary>
internal static class KcatRun
{
    /// <summary>Runs it to its end; it has to exit with 0.</summary>
    public static Task<ProgramRun> OfAsync(params string[] arguments) => WithInputAsync([], arguments);

    public static async Task<ProgramRun> WithInputAsync(byte[] input, params string[] arguments)
    {
        await ClientProgram.Kcat.RequireAsync();
        ProgramRun run = await ProgramRun.OfAsync("kcat", ["-b", InteropSuite.Node.Kafka, .. arguments], input);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run;
    }
}
