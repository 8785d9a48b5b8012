using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Tests.Invocation;

internal sealed class CommandLineRunnerTests
{
    [TestCase("--no-such-option")]
    [TestCase("no-such-command")]
    [TestCase("dump-log", "--no-such-option", "value")]
    [TestCase("dump-log")]
    [TestCase("dump-log", "--files")]
    [TestCase("dump-log", "--files", "a.log", "--max-bytes", "many")]
    [TestCase("completion")]
    [TestCase("completion", "tcsh")]
    [TestCase]
    public async Task A_wrong_command_line_is_one_line_on_standard_error(params string[] arguments)
    {
        ToolRun run = await ToolRun.OfAsync(arguments);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(run.OutputBytes, Is.Empty);
    }

    [Test]
    public async Task An_unknown_option_is_named_with_the_remedy()
    {
        ToolRun run = await ToolRun.OfAsync("dump-log", "--file", "a.log");

        Assert.That(run.Error, Does.Contain("'--file'").And.Contain("--help"));
    }

    [Test]
    public async Task Help_of_a_command_shows_options_examples_and_exit_codes()
    {
        ToolRun run = await ToolRun.OfAsync("dump-log", "--help");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Success));
        Assert.That(run.Output, Does.Contain("--print-data-log").And.Contain("Examples:").And.Contain("Exit codes:"));
        Assert.That(run.Error, Is.Empty);
    }

    [Test]
    public async Task Every_command_has_a_description_and_an_example()
    {
        ToolRun root = await ToolRun.OfAsync("--help");
        string[] lines = root.OutputLines;
        IEnumerable<string> commands = lines
            .SkipWhile(line => line != "Commands:").Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Where(line => line[2] != ' ')
            .Select(line => line.Trim().Split(' ')[0]);
        foreach (string command in commands)
        {
            ToolRun help = await ToolRun.OfAsync(command, "--help");
            Assert.That(help.Output, Does.Match(@"Examples:\n  .*kafka-actors"), command);
        }
    }

    [Test]
    public async Task Version_is_printed_on_standard_output()
    {
        ToolRun run = await ToolRun.OfAsync("--version");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Success));
        Assert.That(run.Output, Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [Test]
    public async Task An_argument_that_begins_with_an_at_sign_is_no_response_file()
    {
        ToolRun run = await ToolRun.OfAsync("dump-log", "--files", "@arguments");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(run.Error, Does.Contain("'@arguments'"));
    }
}
