using KafkaActors.TestKit.Processes;

namespace KafkaActors.Tidy.Tests.TestKit;

[Platform("Unix")]
public sealed class ExternalProcessTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Both_streams_and_the_exit_code_are_kept()
    {
        await using ExternalProcess process = ExternalProcess.Start("sh", ["-c", "echo out; echo err >&2; exit 3"]);
        Assert.That(await process.WaitForExitAsync(Timeout), Is.EqualTo(3));
        Assert.That(process.OutputLines, Is.EqualTo(new[] { "out" }));
        Assert.That(process.ErrorLines, Is.EqualTo(new[] { "err" }));
    }

    [Test]
    public async Task A_terminated_process_can_end_in_its_own_way()
    {
        await using ExternalProcess process = ExternalProcess.Start(
            "sh", ["-c", "trap 'echo bye; exit 7' TERM; echo ready; while :; do read -r line; done"]);
        Assert.That(await process.WaitForOutputAsync(line => line == "ready", Timeout), Is.EqualTo("ready"));
        process.Terminate();
        process.StandardInput.Close();
        Assert.That(await process.WaitForExitAsync(Timeout), Is.EqualTo(7));
        Assert.That(process.OutputLines, Does.Contain("bye"));
    }

    [Test]
    public async Task A_killed_process_is_gone_when_the_call_returns()
    {
        await using ExternalProcess process = ExternalProcess.Start("cat", []);
        await process.KillAsync();
        Assert.That(process.HasExited, Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(137));
    }

    [Test]
    public async Task Waiting_for_a_line_of_a_process_that_ended_fails_with_its_output()
    {
        await using ExternalProcess process = ExternalProcess.Start("sh", ["-c", "echo only this"]);
        Assert.That(
            async () => await process.WaitForOutputAsync(line => line == "ready", Timeout),
            Throws.TypeOf<AssertionException>().With.Message.Contains("only this"));
    }
}
