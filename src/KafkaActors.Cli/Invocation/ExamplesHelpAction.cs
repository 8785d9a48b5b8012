using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace KafkaActors.Cli.Invocation;

/// <summary>Help as the parser's library writes it, followed by the command's examples and the exit codes.</summary>
internal sealed class ExamplesHelpAction(HelpAction standard) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int result = standard.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is ToolCommand { Examples.Count: > 0 } command)
        {
            output.WriteLine("Examples:");
            foreach (string example in command.Examples) output.WriteLine($"  {example}");
            output.WriteLine();
        }

        output.WriteLine("Exit codes:");
        output.WriteLine($"  {ExitCode.Explanation}");
        return result;
    }
}
