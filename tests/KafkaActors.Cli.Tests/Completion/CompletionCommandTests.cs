using System.Diagnostics;
using KafkaActors.Cli.Invocation;
using KafkaActors.TestKit;

namespace KafkaActors.Cli.Tests.Completion;

internal sealed class CompletionCommandTests
{
    [TestCase("bash", "complete ")]
    [TestCase("zsh", "#compdef kafka-actors")]
    [TestCase("fish", "complete --command kafka-actors")]
    public async Task A_script_is_printed(string shell, string content)
    {
        ToolRun run = await ToolRun.OfAsync("completion", shell);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Success));
        Assert.That(run.Output, Does.Contain(content));
    }

    [TestCase("kafka-actors dump", "dump-log")]
    [TestCase("kafka-actors dump-log --print", "--print-data-log")]
    [TestCase("kafka-actors completion ", "zsh")]
    public async Task The_program_suggests_what_fits(string line, string expected)
    {
        ToolRun run = await ToolRun.OfAsync($"[suggest:{line.Length}]", line);

        Assert.That(run.OutputLines, Does.Contain(expected));
    }

    [TestCase("dump", "dump-log")]
    [TestCase("dump-log --print", "--print-data-log")]
    [TestCase("completion z", "zsh")]
    public async Task Bash_completes_with_the_script(string typed, string expected)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("There is no bash to ask.");
        using var directory = new TempDirectory();
        string script = Path.Combine(directory.Path, "script");
        await File.WriteAllBytesAsync(script, (await ToolRun.OfAsync("completion", "bash")).OutputBytes);
        string program = Path.Combine(AppContext.BaseDirectory, "kafka-actors");
        string[] words = [program, .. typed.Split(' ')];
        string line = string.Join(' ', words);

        string output = await BashAsync(
            $"source '{script}'; COMP_WORDS=({line}); COMP_CWORD={words.Length - 1}; COMP_LINE='{line}'; "
            + "COMP_POINT=${#COMP_LINE}; _kafka_actors; printf '%s\\n' \"${COMPREPLY[@]}\"");

        Assert.That(output.Trim(), Is.EqualTo(expected));
    }

    private static async Task<string> BashAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "-c", script]) { RedirectStandardOutput = true };
        using Process bash = Process.Start(start)!;
        string output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return output;
    }
}
