// The example of the README, as it is there.
// swift-format-ignore-file

import GuestVCPU
import QEMUHost

let agent = AgentSocket(path: "/run/qemu/web1.agent")
print(try await agent.read(timeout: .seconds(5)).vcpus.online)
print(try await TransactionRunner(writer: agent, timeout: .seconds(5)).set(online: [], offline: [1]).outcome)
