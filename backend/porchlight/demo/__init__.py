"""The invented caseload of Alder County: what a first start shows, true on the day it is loaded."""
