using Ezw;
using Ezw.Providers.Simulator;

if (args is [SimulatorProcess.Verb, .. var simulatorArgs])
    return await SimulatorProcess.RunAsync(simulatorArgs);

return await EzwServer.RunAsync(args);
