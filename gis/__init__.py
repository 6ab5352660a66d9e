"""Pilot-Zone Atlas (先行区一张图): planning analysis for northern Zhejiang."""
